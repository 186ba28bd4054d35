/* gdal_fns.h: the functions of GDAL that this program calls: the one list from which the table of
 * their addresses is made and filled. Part of module store. */
#ifndef GUOTU_STORE_GDAL_FNS_H
#define GUOTU_STORE_GDAL_FNS_H

/* clang-format off */
#define GT_GDAL_FNS(X)                                                                       \
    /* library */                                                                            \
    X(GDALAllRegister) X(GDALGetDriverCount) X(GDALGetDriver) X(GDALGetDriverByName)         \
    X(GDALDeregisterDriver) X(GDALDestroyDriver) X(GDALGetDriverShortName)                   \
    X(GDALSetCacheMax64) X(CPLSetConfigOption) X(CPLSetThreadLocalConfigOption)              \
    X(CPLSetErrorHandler) X(CPLPushErrorHandlerEx) X(CPLPopErrorHandler)                     \
    X(CPLGetErrorHandlerUserData) X(CPLErrorReset) X(CPLError)                               \
    X(CPLHTTPSetFetchCallback) X(CPLCalloc) X(CPLStrdup)                                \
    X(CSLSetNameValue) X(CSLDestroy) X(VSIFree)                                              \
    /* files */                                                                              \
    X(VSIAllocFilesystemPluginCallbacksStruct) X(VSIFreeFilesystemPluginCallbacksStruct)     \
    X(VSIInstallPluginHandler)                                  \
    /* datasets and bands */                                                                 \
    X(GDALOpenEx) X(GDALClose) X(GDALCreate) X(GDALCreateCopy) X(GDALFlushCache)             \
    X(GDALGetDatasetDriver) X(GDALGetFileList) X(GDALGetRasterXSize) X(GDALGetRasterYSize)                      \
    X(GDALGetRasterCount) X(GDALGetRasterBand) X(GDALGetRasterDataType)                      \
    X(GDALGetDataTypeName) X(GDALGetDataTypeSizeBytes) X(GDALGetBlockSize) X(GDALGetGeoTransform)                        \
    X(GDALSetGeoTransform) X(GDALGetSpatialRef) X(GDALSetSpatialRef)                         \
    X(GDALGetRasterNoDataValue) X(GDALSetRasterNoDataValue) X(GDALGetMetadataItem)           \
    X(GDALGetRasterScale) X(GDALGetRasterOffset) X(GDALGetRasterUnitType)                    \
    X(GDALRasterIOEx) X(GDALWriteBlock) X(GDALGetGCPCount)                                     \
    X(GDALGetMaskFlags) X(GDALGetMaskBand)\
    /* coordinate systems */                                                                 \
    X(OSRNewSpatialReference) X(OSRDestroySpatialReference) X(OSRSetFromUserInput)           \
    X(OSRImportFromEPSG) X(OSRExportToWktEx) X(OSRGetAuthorityName) X(OSRGetAuthorityCode)   \
    X(OSRStripVertical) X(OSRClone) X(OSRSetAxisMappingStrategy) X(OSRIsLocal)               \
    X(OSRSetPROJEnableNetwork) X(OCTNewCoordinateTransformation)                             \
    X(OCTDestroyCoordinateTransformation)                                                    \
    /* layers and features */                                                                \
    X(GDALDatasetGetLayerCount) X(GDALDatasetGetLayer) X(GDALDatasetGetLayerByName)          \
    X(GDALDatasetCreateLayer) X(GDALDatasetTestCapability)                                   \
    X(OGR_L_GetName) X(OGR_L_GetLayerDefn) X(OGR_L_GetSpatialRef) X(OGR_L_GetNextFeature)    \
    X(OGR_L_ResetReading) X(OGR_L_GetFeatureCount) X(OGR_L_CreateField)                      \
    X(OGR_L_CreateFeature) X(OGR_L_GetFeature) X(OGR_L_SetFeature) X(OGR_L_DeleteFeature)       \
    X(OGR_L_GetGeomType) X(OGR_L_SetNextByIndex)                      \
    X(OGR_L_SetSpatialFilterRect) X(OGR_L_SetSpatialFilter) X(OGR_L_TestCapability)                                                       \
    X(OGR_FD_GetFieldCount) X(OGR_FD_GetFieldDefn) X(OGR_FD_GetGeomFieldCount)               \
    X(OGR_Fld_GetNameRef) X(OGR_Fld_GetType) X(OGR_Fld_GetSubType)                           \
    X(OGR_Fld_Create) X(OGR_Fld_Destroy) X(OGR_Fld_SetWidth) X(OGR_Fld_GetWidth)  \
    X(OGR_Fld_GetPrecision) X(OGR_Fld_SetPrecision)                                  \
    X(OGR_F_Create) X(OGR_F_Destroy) X(OGR_F_GetFID) X(OGR_F_GetGeometryRef)                 \
    X(OGR_F_IsFieldSetAndNotNull) X(OGR_F_GetFieldAsString) X(OGR_F_GetFieldAsDouble)        \
    X(OGR_F_GetFieldAsInteger64) X(OGR_F_GetFieldAsDateTimeEx) X(OGR_F_GetNativeData)                                      \
    X(OGR_F_SetFieldString) X(OGR_F_SetFieldNull) X(OGR_F_SetFieldDouble) X(OGR_F_SetFieldInteger64)               \
    X(OGR_F_SetGeometryDirectly)                                                             \
    /* geometries */                                                                         \
    X(OGR_GT_Flatten) X(OGR_G_CreateFromWkbEx) X(OGR_G_DestroyGeometry) X(OGR_G_GetGeometryType)                 \
    X(OGR_G_GetGeometryName) X(OGR_G_IsEmpty) X(OGR_G_WkbSizeEx) X(OGR_G_CloseRings) X(OGR_G_ExportToIsoWkb)       \
    X(OGR_G_ExportToWkt) X(OGR_G_FlattenTo2D) X(OGR_G_Is3D) X(OGR_G_IsMeasured)              \
    X(OGR_G_HasCurveGeometry) X(OGR_G_GetLinearGeometry) X(OGR_G_IsValid)                    \
    X(OGR_G_MakeValid) X(OGR_G_Area) X(OGR_G_Transform) X(OGR_G_GetGeometryCount)            \
    X(OGR_G_GetGeometryRef) X(OGR_G_GetPointCount) X(OGR_G_CreateGeometry)                   \
    X(OGR_G_AddGeometry)
/* clang-format on */

#endif
